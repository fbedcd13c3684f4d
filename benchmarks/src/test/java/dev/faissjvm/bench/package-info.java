@NullMarked
package dev.faissjvm.bench;

import org.jspecify.annotations.NullMarked;
