/**
 * What a person sees: lines, tables and progress.
 *
 * <p><b>In.</b> Words and numbers of the commands. <b>Out.</b> Results on standard output,
 * everything about the work itself on standard error, so that {@code --json} can be piped while
 * progress is shown. <b>Ownership.</b> The streams belong to the caller and are flushed, never
 * closed. <b>Threads.</b> A console may be written from many threads; a line is never torn.
 * <b>Errors.</b> Like {@link java.io.PrintStream}, nothing here throws when a reader went away.
 */
@NullMarked
package dev.faissjvm.cli.console;

import org.jspecify.annotations.NullMarked;
