@NullMarked
package dev.faissjvm.cli.load;

import org.jspecify.annotations.NullMarked;
