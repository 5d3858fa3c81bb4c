import Dispatch
import Foundation
import RichText
import Synchronization

/// A screen for an interface that runs as it does in a terminal: it sleeps until it is woken. Sends one message, and ends when
/// `Alarm.end()` is called.
final class LiveScreen: Screen {
    let size = Size(columns: 120, rows: 40)
    let attributes = Attributes.all
    var waker: any Waker { alarm }
    let alarm = Alarm()
    private(set) var frames = 0
    private var typed: [InputEvent]
    private let device: (any Screen)?
    private var isListed = false

    final class Alarm: Waker {
        private let semaphore = DispatchSemaphore(value: 0)
        private let isRung = Atomic<Bool>(false)
        let isOver = Atomic<Bool>(false)

        func wake() {
            if !isRung.exchange(true, ordering: .acquiringAndReleasing) { semaphore.signal() }
        }

        func end() {
            isOver.store(true, ordering: .releasing)
            wake()
        }

        fileprivate func sleep(until deadline: ContinuousClock.Instant?) {
            let left = deadline.map { ContinuousClock.now.duration(to: $0) / .seconds(1) }
            _ = semaphore.wait(timeout: left.map { .now() + max(0, $0) } ?? .distantFuture)
            isRung.store(false, ordering: .releasing)
        }
    }

    init(saying message: String, device: (any Screen)? = nil) {
        typed = [.paste(message), .key(Key(.enter))]
        self.device = device
    }

    func wait(until deadline: ContinuousClock.Instant?) -> [InputEvent] {
        // The list of tasks comes first.
        guard isListed else {
            isListed = true
            alarm.sleep(until: deadline)
            return []
        }
        if !typed.isEmpty { return [typed.removeFirst()] }
        if alarm.isOver.exchange(false, ordering: .acquiringAndReleasing) {
            typed = [.ended(signal: 0)]
            return []
        }
        alarm.sleep(until: deadline)
        return []
    }

    func draw(_ canvas: Canvas) {
        frames += 1
        if let device { device.draw(canvas) } else { consume(canvas) }
    }

    func invalidate() {}
    func suspend() {}
    func released<Result>(_ body: () throws -> Result) rethrows -> Result { try body() }
    func copy(_ text: String) -> Bool { true }
    func reportMouse(_ on: Bool) {}
    func setTitle(_ title: String) {}
    func ringBell() {}
    func notify(_ notification: DesktopNotification, as form: DesktopNotification.Form?) {}
}
