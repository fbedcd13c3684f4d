/** Tests of this stage. */
@NullMarked
package dev.faissjvm.sync.change;

import org.jspecify.annotations.NullMarked;
