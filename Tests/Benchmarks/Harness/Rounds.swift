import Foundation

/// Seconds of the processor that this thread has used.
func threadTime() -> Double { seconds(CLOCK_THREAD_CPUTIME_ID) }

/// Seconds of the processor that this process has used, in all its threads.
func processTime() -> Double { seconds(CLOCK_PROCESS_CPUTIME_ID) }

/// Seconds since some moment that is the same in every process of this computer.
func wallTime() -> Double { seconds(CLOCK_MONOTONIC) }

private func seconds(_ clock: clockid_t) -> Double {
    var time = timespec()
    clock_gettime(clock, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
}

/// Measures the same work many times and takes the median.
enum Rounds {
    /// Seconds for one figure: long enough for a stable one, short enough for all of them together.
    static let budget = 0.3

    /// Processor time of one call of `body`, which runs on this thread alone: after a warm-up, the median of rounds of as
    /// many calls as make a round long enough to be timed.
    static func processor(most: Int = 21, _ body: () -> Void) -> Double {
        let once = cost(of: 1, body)
        let calls = max(1, Int(budget / 20 / max(once, 1e-9)))
        var costs: [Double] = []
        let end = threadTime() + budget
        repeat { costs.append(cost(of: calls, body)) } while costs.count < most && threadTime() < end
        return costs.median
    }

    private static func cost(of calls: Int, _ body: () -> Void) -> Double {
        let start = threadTime()
        for _ in 0..<calls { body() }
        return (threadTime() - start) / Double(calls)
    }

    /// Time on the clock of one call of `body`: after a warm-up, the median.
    static func time(most: Int = 101, _ body: () async throws -> Void) async throws -> Double {
        try await body()
        var times: [Double] = []
        let end = wallTime() + budget
        repeat {
            let start = wallTime()
            try await body()
            times.append(wallTime() - start)
        } while times.count < most && wallTime() < end
        return times.median
    }
}

extension [Double] {
    var median: Double { quantile(0.5) }

    /// The value below which this share of all lies; 0 where there is none.
    func quantile(_ share: Double) -> Double {
        guard !isEmpty else { return 0 }
        return sorted()[Swift.min(count - 1, Int(Double(count) * share))]
    }
}

/// Takes a result, so that the compiler cannot leave out what made it.
@inline(never)
func consume<Value>(_ value: Value) { withExtendedLifetime(value) {} }
