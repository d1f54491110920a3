int one(void), two(void), three(void);
