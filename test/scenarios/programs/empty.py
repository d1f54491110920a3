"""Opens a file to add to it, and has the kernel empty it by the way."""
import posix, sys

posix.close(posix.open(sys.argv[1], posix.O_WRONLY | posix.O_APPEND | posix.O_TRUNC))
