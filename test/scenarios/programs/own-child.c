/* Starts a process that waits, and ends it at once. */
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

int main(void)
{
	pid_t child = fork();
	int status;

	if (child == 0)
		return pause();
	return child < 0 || kill(child, SIGTERM) || waitpid(child, &status, 0) != child || !WIFSIGNALED(status);
}
