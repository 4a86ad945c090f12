/* Clocks that a test can move under a running process: LD_PRELOAD, and CLOCKS_FILE with two
 * 64-bit numbers, the nanoseconds by which the wall's clock and those that count are ahead.
 *
 * libfaketime 0.9.10 will not do: where it leaves the counting clocks alone, Python's time.sleep
 * fails (EINVAL); where it moves them, locks with a timeout (sem_clockwait) never return.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <pthread.h>
#include <semaphore.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

#define SECOND 1000000000LL
#define NEXT(name, version) (next(#name, version))

static volatile int64_t nowhere[2];
static volatile int64_t *ahead = nowhere;

__attribute__((constructor)) static void open_clocks(void) {
  const char *name = getenv("CLOCKS_FILE");
  int file = name ? open(name, O_RDONLY | O_CLOEXEC) : -1;
  if (file < 0) return;
  void *page = mmap(NULL, sizeof nowhere, PROT_READ, MAP_SHARED, file, 0);
  if (page != MAP_FAILED) ahead = page;
  close(file);
}

static void *next(const char *name, const char *version) {
  void *found = version ? dlvsym(RTLD_NEXT, name, version) : NULL;
  return found ? found : dlsym(RTLD_NEXT, name);
}

static int64_t ahead_of(clockid_t clock) {
  switch (clock) {
    case CLOCK_REALTIME: case CLOCK_REALTIME_COARSE: return ahead[0];
    case CLOCK_MONOTONIC: case CLOCK_MONOTONIC_COARSE: case CLOCK_MONOTONIC_RAW:
    case CLOCK_BOOTTIME: return ahead[1];
    default: return 0;
  }
}

static struct timespec moved(const struct timespec *time, int64_t by) {
  int64_t sum = time->tv_sec * SECOND + time->tv_nsec + by;
  if (sum < 0) sum = 0;
  return (struct timespec){ .tv_sec = sum / SECOND, .tv_nsec = sum % SECOND };
}

/* What was reckoned on a moved clock, for a kernel that knows the true one. */
static struct timespec true_time(const struct timespec *deadline, clockid_t clock) {
  return moved(deadline, -ahead_of(clock));
}

int clock_gettime(clockid_t clock, struct timespec *now) {
  int failed = syscall(SYS_clock_gettime, clock, now);
  if (!failed) *now = moved(now, ahead_of(clock));
  return failed;
}

int gettimeofday(struct timeval *restrict now, void *restrict zone) {
  struct timespec precise;
  (void)zone;
  clock_gettime(CLOCK_REALTIME, &precise);
  *now = (struct timeval){ .tv_sec = precise.tv_sec, .tv_usec = precise.tv_nsec / 1000 };
  return 0;
}

time_t time(time_t *where) {
  struct timespec now;
  clock_gettime(CLOCK_REALTIME, &now);
  if (where) *where = now.tv_sec;
  return now.tv_sec;
}

int clock_nanosleep(clockid_t clock, int flags, const struct timespec *until, struct timespec *left) {
  int (*real)(clockid_t, int, const struct timespec *, struct timespec *) = NEXT(clock_nanosleep, NULL);
  struct timespec deadline = flags & TIMER_ABSTIME ? true_time(until, clock) : *until;
  return real(clock, flags, &deadline, left);
}

int sem_clockwait(sem_t *semaphore, clockid_t clock, const struct timespec *until) {
  int (*real)(sem_t *, clockid_t, const struct timespec *) = NEXT(sem_clockwait, NULL);
  struct timespec deadline = true_time(until, clock);
  return real(semaphore, clock, &deadline);
}

int sem_timedwait(sem_t *semaphore, const struct timespec *until) {
  int (*real)(sem_t *, const struct timespec *) = NEXT(sem_timedwait, NULL);
  struct timespec deadline = true_time(until, CLOCK_REALTIME);
  return real(semaphore, &deadline);
}

/* Which clock a condition goes by is told by the size of the number: nothing is up since 2001. */
int pthread_cond_timedwait(pthread_cond_t *restrict condition, pthread_mutex_t *restrict mutex,
                           const struct timespec *restrict until) {
  int (*real)(pthread_cond_t *, pthread_mutex_t *, const struct timespec *) =
      NEXT(pthread_cond_timedwait, "GLIBC_2.3.2");
  clockid_t clock = until->tv_sec < SECOND ? CLOCK_MONOTONIC : CLOCK_REALTIME;
  struct timespec deadline = true_time(until, clock);
  return real(condition, mutex, &deadline);
}
