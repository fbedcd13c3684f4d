@NullMarked
package dev.faissjvm.cli.serve;

import org.jspecify.annotations.NullMarked;
