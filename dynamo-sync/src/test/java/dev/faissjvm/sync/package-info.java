/** Tests of the whole way. */
@NullMarked
package dev.faissjvm.sync;

import org.jspecify.annotations.NullMarked;
