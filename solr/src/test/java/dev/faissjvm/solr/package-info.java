/** Tests of this module. */
@NullMarked
package dev.faissjvm.solr;

import org.jspecify.annotations.NullMarked;
