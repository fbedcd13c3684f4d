/**
 * The command line {@code faissjvm}: everything the library does, at hand.
 *
 * <p><b>In.</b> Words of a shell, files, and AWS's normal credential chain. <b>Out.</b> Results on
 * standard output, as text for people or, with {@code --json}, one object a line; progress and
 * errors on standard error; an {@link dev.faissjvm.cli.ExitCode} for each kind of end.
 *
 * <p><b>Ownership.</b> One command a process; what it opens it closes before it ends, also when it
 * is interrupted: SIGINT and SIGTERM ask it to stop at a safe point and wait for it.
 * <b>Threads.</b> A command runs on the main thread. <b>Errors.</b> One line that says what was
 * expected, what was found and what to do; the stack trace only with {@code --verbose}.
 */
@NullMarked
package dev.faissjvm.cli;

import org.jspecify.annotations.NullMarked;
