password = "made-up-and-of-no-use"
