import SessionCore

/// The services that can be spoken to.
public enum ServiceKind: String, CaseIterable, Sendable {
    case lyzr
    case xagent = "chat-tasks"
    case aui
    case vectara
}

/// Makes the service of an account. All of them share one transport.
public struct ServiceFactory: Sendable {
    private let transport: HTTPTransport

    public init(transport: HTTPTransport) { self.transport = transport }

    /// - Throws: ``ServiceError`` where the account's url is none. Nothing is sent and no key is asked for.
    public func makeService(_ kind: ServiceKind, account: ServiceAccount) throws -> any AgentService {
        switch kind {
        case .lyzr: try LyzrService(account, transport: transport)
        case .xagent: try XagentService(account, transport: transport)
        case .aui: try AUIService(account, transport: transport)
        case .vectara: try VectaraService(account, transport: transport)
        }
    }
}
