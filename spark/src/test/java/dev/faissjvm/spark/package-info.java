@NullMarked
package dev.faissjvm.spark;

import org.jspecify.annotations.NullMarked;
