/** Lambda on one machine: its Runtime API, and a function's process in the image's layout. */
@NullMarked
package dev.faissjvm.lambda.testing;

import org.jspecify.annotations.NullMarked;
