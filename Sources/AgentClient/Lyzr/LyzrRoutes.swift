import Foundation

/// The paths of an account's service: those of version 2 or of version 3. Sessions and history are the same in both.
struct LyzrRoutes: Sendable {
    enum Version: Sendable {
        case v2, v3
    }

    let version: Version

    /// Version 3 for the hosts of the Studio and every address whose path ends with `/v3`.
    /// - Parameter url: Loses a version at its end, which the paths repeat.
    init(_ url: inout ServiceURL) {
        let isStudio = url.host.split(separator: ":").first?.lowercased().hasSuffix(".studio.lyzr.ai") == true
        let isNamed = url.removeLast("v3")
        version = isStudio || isNamed ? .v3 : .v2
        if version == .v2 { _ = url.removeLast("v2") }
    }

    var stream: [String] {
        switch version {
        case .v2: ["v2", "stream"]
        case .v3: ["v3", "inference", "stream"]
        }
    }

    /// Routes of background turns, the likeliest first: hosts of version 3 have one of two.
    var tasks: [TaskRoute] {
        switch version {
        case .v2: [.v2]
        case .v3: [.chat, .plain]
        }
    }

    /// The route on which a background turn is begun and polled.
    enum TaskRoute: String, CaseIterable, Sendable {
        case v2 = "v2/task"
        case chat = "v3/inference/chat/task"
        case plain = "v3/inference/task"

        var path: [String] { rawValue.split(separator: "/").map(String.init) }
        /// As the documents write them.
        var hasTrailingSlash: Bool { self != .chat }
    }

    /// A background turn: its id and the route it is polled on. The text form is what the store keeps.
    struct Ticket: Hashable, Sendable {
        var route: TaskRoute
        var id: String

        init(route: TaskRoute, id: String) {
            self.route = route
            self.id = id
        }

        /// An id alone belongs to version 2.
        init(_ text: String) {
            let route = TaskRoute.allCases.first { text.hasPrefix($0.rawValue + "/") }
            self.init(
                route: route ?? .v2, id: route.map { String(text.dropFirst($0.rawValue.count + 1)) } ?? text)
        }

        var text: String { route == .v2 ? id : "\(route.rawValue)/\(id)" }
    }
}
