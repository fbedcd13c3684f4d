/** Side-by-side runs against Lucene's own formats; started by hand, no part of the tests. */
@NullMarked
package dev.faissjvm.bench;

import org.jspecify.annotations.NullMarked;
