ls
make test
git commit -am "Obviously made up"
