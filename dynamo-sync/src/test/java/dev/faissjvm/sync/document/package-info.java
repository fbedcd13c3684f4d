/** Tests of this stage. */
@NullMarked
package dev.faissjvm.sync.document;

import org.jspecify.annotations.NullMarked;
