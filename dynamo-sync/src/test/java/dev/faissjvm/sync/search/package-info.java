/** Tests of searching. */
@NullMarked
package dev.faissjvm.sync.search;

import org.jspecify.annotations.NullMarked;
