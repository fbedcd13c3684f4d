@NullMarked
package dev.faissjvm.cli.cost;

import org.jspecify.annotations.NullMarked;
