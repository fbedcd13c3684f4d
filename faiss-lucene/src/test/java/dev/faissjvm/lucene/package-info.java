@NullMarked
package dev.faissjvm.lucene;

import org.jspecify.annotations.NullMarked;
