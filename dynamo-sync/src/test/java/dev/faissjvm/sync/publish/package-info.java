/** Tests of snapshots. */
@NullMarked
package dev.faissjvm.sync.publish;

import org.jspecify.annotations.NullMarked;
