package dev.faissjvm.cli;

import dev.faissjvm.cli.console.Console;
import java.io.InputStream;

/**
 * What every command is given.
 *
 * @param console where it speaks
 * @param in what it may read, standard input
 * @param interruption how it is asked to stop
 */
record Context(Console console, InputStream in, Interruption interruption) {}
