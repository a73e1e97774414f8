// What the room keeps to itself of the thread pool.
#pragma once

/// In a copy of the process: forgets the threads of the first, which are not here, and makes new ones when
/// they are first needed.
void ck_restart_threads(int count);
