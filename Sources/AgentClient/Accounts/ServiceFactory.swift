import SessionCore

/// The vendors' APIs that Parley speaks. Raw values are the names in the configuration.
public enum ServiceKind: String, CaseIterable, Sendable {
    case lyzr
    case xagent = "chat-tasks"
    case aui
    case vectara
}

/// Makes the services of accounts, which share one transport.
public struct ServiceFactory: Sendable {
    private let transport: HTTPTransport

    public init(transport: HTTPTransport) { self.transport = transport }

    /// - Throws: ``ServiceError`` if the account's url is not one. Nothing is sent and no key is fetched.
    public func makeService(_ kind: ServiceKind, account: ServiceAccount) throws -> any AgentService {
        switch kind {
        case .lyzr: try LyzrService(account, transport: transport)
        case .xagent: try XagentService(account, transport: transport)
        case .aui: try AUIService(account, transport: transport)
        case .vectara: try VectaraService(account, transport: transport)
        }
    }
}
