import Testing

@testable import SessionCore

@Suite struct BusyTasksTests {
    private let task = ChatTask.ID(rawValue: "a")

    private let other = BusyTasks.Reason.program(waiting: 2)

    @Test(
        arguments: [
            (BusyTasks.Reason.service, [1, 2, 4, 8, 15, 15]),
            (.program(waiting: 2), [0.25, 0.5, 1, 2, 2, 2]),
        ] as [(BusyTasks.Reason, [Double])])
    func aBusyTaskIsCheckedLessAndLessOften(reason: BusyTasks.Reason, pauses: [Double]) {
        var busy = BusyTasks()
        #expect(busy.wake == nil)
        var now = Duration.zero
        var waits: [Double] = []
        for _ in pauses {
            busy.wait(for: task, reason, at: now, random: 0.5)
            #expect(busy.reason(of: task) == reason)
            let wake = busy.wake ?? .zero
            waits.append((wake - now) / .seconds(1))
            now = wake
            let due = busy.due(at: now)
            #expect(due == [task])
            #expect(busy.wake == nil)
        }
        #expect(waits == pauses)
        busy.remove(task)
        #expect(busy.reason(of: task) == nil)
    }

    @Test func anotherReasonStartsOver() {
        var busy = BusyTasks()
        busy.wait(for: task, .service, at: .zero, random: 0.5)
        busy.wait(for: task, .service, at: .zero, random: 0.5)
        busy.wait(for: task, other, at: .zero, random: 0.5)
        #expect(busy.wake == .milliseconds(250))
        busy.wait(for: task, .service, at: .zero, atLeast: .seconds(90), random: 0.5)
        #expect(busy.wake == .seconds(90))
    }

    @Test func aTaskIsCheckedOnceAtATime() {
        var busy = BusyTasks()
        let checks = (0..<2).map { _ in busy.check(task, .service) }
        #expect(checks == [true, false])
        busy.wait(for: task, .service, at: .zero, random: 0.5)
        let again = busy.check(task, .service)
        #expect(again && busy.wake == nil)
    }
}
