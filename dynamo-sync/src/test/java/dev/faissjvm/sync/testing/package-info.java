/** Doubles and fixtures that the tests share. */
@NullMarked
package dev.faissjvm.sync.testing;

import org.jspecify.annotations.NullMarked;
