import Testing

@testable import ChatUI

struct FramePolicyTests {
    let start = ContinuousClock.now

    @Test func nothingIsDrawnWhenNothingChanged() {
        var policy = FramePolicy()
        #expect(policy.decision(now: start) == .rest)
        policy.inputChanged()
        policy.drew(from: start, to: start + .milliseconds(5))
        #expect(policy.decision(now: start + .seconds(5)) == .rest)
    }

    @Test func aKeyIsDrawnAtOnceHoweverDearDrawingIs() {
        var policy = FramePolicy()
        policy.drew(from: start, to: start + .milliseconds(100))
        policy.inputChanged()
        #expect(policy.decision(now: start + .milliseconds(100)) == .draw)
    }

    @Test func aChunkIsDrawnAtOnceWhileDrawingTakesLessThanAQuarterOfTheTime() {
        var policy = FramePolicy()
        policy.drew(from: start, to: start + .milliseconds(1))
        policy.contentChanged()
        let early = start + .milliseconds(2)
        #expect(policy.decision(now: early) == .wait(until: start + .milliseconds(4)))
        #expect(policy.decision(now: start + .milliseconds(4)) == .draw)
    }

    @Test func aFrameStillComesThirtyTimesASecond() {
        var policy = FramePolicy()
        policy.drew(from: start, to: start + .milliseconds(50))
        policy.contentChanged()
        #expect(
            policy.decision(now: start + .milliseconds(50))
                == .wait(until: start + .milliseconds(50) + FramePolicy.longestWait))
    }
}
