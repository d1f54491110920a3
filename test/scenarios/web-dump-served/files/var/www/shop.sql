INSERT INTO customers VALUES (1, 'made up', 'made-up-and-of-no-use');
