@NullMarked
package dev.faissjvm.cli;

import org.jspecify.annotations.NullMarked;
