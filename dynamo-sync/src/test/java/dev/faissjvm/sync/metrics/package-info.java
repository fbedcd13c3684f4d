/** Tests of the metrics. */
@NullMarked
package dev.faissjvm.sync.metrics;

import org.jspecify.annotations.NullMarked;
