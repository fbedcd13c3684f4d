@NullMarked
package dev.faissjvm.cli.vectors;

import org.jspecify.annotations.NullMarked;
