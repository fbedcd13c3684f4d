/**
 * Rows in files: JSON lines and CSV, on their way into a table.
 *
 * <p><b>In.</b> A file of the user's and {@link dev.faissjvm.cli.load.Columns}, which names the
 * fields that are key and text. <b>Out.</b> {@link dev.faissjvm.cli.load.FileRow} values, one at a
 * time, in the file's order. <b>Ownership.</b> A reader holds one open file until it is closed and
 * one row on the heap. <b>Threads.</b> One thread a reader. <b>Errors.</b> A row that cannot be
 * used is a {@link dev.faissjvm.cli.load.BadLineException} with its line, after which reading can
 * go on; a file that cannot be read is an {@link java.io.IOException}.
 */
@NullMarked
package dev.faissjvm.cli.load;

import org.jspecify.annotations.NullMarked;
