@NullMarked
package dev.faissjvm.spark.plan;

import org.jspecify.annotations.NullMarked;
