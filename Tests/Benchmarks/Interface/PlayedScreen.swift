import ChatUI
import Foundation
import RichText
import SessionCore

/// A screen that plays keys and events one after the other, each when the interface is idle, and measures what each costs
/// the interface's thread until its frame is drawn.
final class PlayedScreen: Screen {
    enum Stimulus: Sendable {
        case input(InputEvent)
        case event(SessionEvent)
    }

    let size: Size
    let attributes = Attributes.all
    let waker: any Waker = NoWaker()
    /// Seconds of the processor for each stimulus that was played.
    private(set) var costs: [Double] = []

    private let mailbox: Mailbox
    private let device: (any Screen)?
    private var stimuli: ArraySlice<Stimulus>
    private var resumed = threadTime()
    private var cost = 0.0
    private var isDrawn = false

    private struct NoWaker: Waker {
        func wake() {}
    }

    /// - Parameter device: a screen on which the frames are drawn as well.
    init(size: Size, mailbox: Mailbox, stimuli: [Stimulus], device: (any Screen)? = nil) {
        self.size = size
        self.mailbox = mailbox
        self.stimuli = stimuli[...]
        self.device = device
    }

    func wait(until deadline: ContinuousClock.Instant?) -> [InputEvent] {
        cost += threadTime() - resumed
        defer { resumed = threadTime() }
        if !isDrawn, let deadline {
            // The frame comes later, so that drawing does not take all of the time.
            let left = ContinuousClock.now.duration(to: deadline) / .seconds(1)
            if left > 0 { Thread.sleep(forTimeInterval: left) }
            return []
        }
        return next()
    }

    private func next() -> [InputEvent] {
        costs.append(cost)
        cost = 0
        isDrawn = false
        switch stimuli.popFirst() {
        case .input(let event): return [event]
        case .event(let event):
            mailbox.put(event)
            return []
        case nil: return [.ended(signal: 0)]
        }
    }

    func draw(_ canvas: Canvas) {
        isDrawn = true
        if let device { device.draw(canvas) } else { consume(canvas) }
    }

    func invalidate() { device?.invalidate() }
    func suspend() {}
    func released<Result>(_ body: () throws -> Result) rethrows -> Result { try body() }
    func copy(_ text: String) -> Bool { true }
    func reportMouse(_ on: Bool) {}
    func setTitle(_ title: String) {}
    func ringBell() {}
    func notify(_ notification: DesktopNotification, as form: DesktopNotification.Form?) {}
}
