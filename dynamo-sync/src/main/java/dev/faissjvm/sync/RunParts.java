package dev.faissjvm.sync;

/** What the stages of a run share. */
record RunParts(SyncOptions options, RunTally tally, StopSignal stop) {}
