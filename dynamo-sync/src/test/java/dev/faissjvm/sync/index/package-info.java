/** Tests of this stage. */
@NullMarked
package dev.faissjvm.sync.index;

import org.jspecify.annotations.NullMarked;
