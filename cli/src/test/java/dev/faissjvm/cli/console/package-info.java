@NullMarked
package dev.faissjvm.cli.console;

import org.jspecify.annotations.NullMarked;
