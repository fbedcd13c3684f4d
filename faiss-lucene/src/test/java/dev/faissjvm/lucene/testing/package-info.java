@NullMarked
package dev.faissjvm.lucene.testing;

import org.jspecify.annotations.NullMarked;
