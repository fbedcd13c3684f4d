@NullMarked
package dev.faissjvm.lambda;

import org.jspecify.annotations.NullMarked;
