/** Tests of the adapters. */
@NullMarked
package dev.faissjvm.sync.aws;

import org.jspecify.annotations.NullMarked;
