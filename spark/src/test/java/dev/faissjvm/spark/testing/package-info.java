/** Spark on one machine: a master and workers in processes of their own. */
@NullMarked
package dev.faissjvm.spark.testing;

import org.jspecify.annotations.NullMarked;
