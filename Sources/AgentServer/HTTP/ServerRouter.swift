import HTTPTypes
import Hummingbird

/// All routes of the server. Each path works with and without a trailing slash.
enum ServerRouter {
    static func responder(for backend: Backend) -> some HTTPResponder<ServerContext> {
        PrefixedResponder(
            prefix: backend.prefix, inner: router(for: backend).buildResponder(), dialect: dialects.fallback)
    }

    static func router(for backend: Backend) -> Router<ServerContext> {
        let router = Router(context: ServerContext.self)
        router.add(middleware: RequestLogMiddleware())
        router.add(middleware: RequestCountMiddleware(metrics: backend.metrics, dialects: dialects))
        router.add(middleware: APIErrorMiddleware(dialects: dialects))
        router.add(middleware: HeaderLimitMiddleware(limit: backend.limits.headerSize))
        MetricsRoutes(backend: backend).add(to: router)
        let (chat, manage, any) = (
            group(of: router, for: .chat, backend), group(of: router, for: .manage, backend),
            group(of: router, for: nil, backend)
        )
        addLyzr(backend, to: chat, managing: manage)
        addVectara(backend, to: chat, managing: manage)
        addXagent(backend, to: chat, managing: manage, any: any)
        for base in AUIDialect.bases {
            AUITaskRoutes(backend: backend).add(to: chat, under: RouterPath(base))
        }
        addMethodNotAllowed(to: router)
        return router
    }

    /// - Parameter permission: What the key must allow; nil for nothing beyond being valid.
    private static func group(
        of router: Router<ServerContext>, for permission: KeyPermission?, _ backend: Backend
    ) -> RouterGroup<ServerContext> {
        router.group()
            .add(middleware: KeyMiddleware(keyring: backend.keyring, permission: permission))
            .add(middleware: RateLimitMiddleware(admission: backend.admission))
    }

    private static func addLyzr(
        _ backend: Backend, to chat: RouterGroup<ServerContext>, managing manage: RouterGroup<ServerContext>
    ) {
        LyzrInferenceRoutes(backend: backend).add(to: chat)
        LyzrUserRoutes(backend: backend).add(to: chat)
        LyzrSessionRoutes(backend: backend).add(to: chat)
        LyzrStudioRoutes(backend: backend).add(to: chat)
        let agents = LyzrAgentRoutes(backend: backend)
        agents.addReading(to: chat)
        agents.addManaging(to: manage)
    }

    private static func addVectara(
        _ backend: Backend, to chat: RouterGroup<ServerContext>, managing manage: RouterGroup<ServerContext>
    ) {
        let agents = VectaraAgentRoutes(backend: backend)
        agents.addReading(to: chat)
        agents.addManaging(to: manage)
        for base: RouterPath in ["v2/agents/:agent", "v2/agent_aliases/:agent"] {
            VectaraSessionRoutes(backend: backend).add(to: chat, under: base)
            VectaraEventRoutes(backend: backend).add(to: chat, under: base)
            VectaraInputRoutes(backend: backend).add(to: chat, under: base)
        }
    }

    private static func addXagent(
        _ backend: Backend, to chat: RouterGroup<ServerContext>, managing manage: RouterGroup<ServerContext>,
        any: RouterGroup<ServerContext>
    ) {
        XagentTaskRoutes(backend: backend).add(to: chat)
        XagentEventRoutes(backend: backend).add(to: chat)
        let agents = XagentAgentRoutes(backend: backend)
        agents.addIdentity(to: any)
        agents.addManaging(to: manage)
    }

    /// The WebSockets, which are not routes.
    static func sockets(for backend: Backend) -> SocketRoute {
        SocketRoute(
            paths: Set(AUIDialect.bases.map { backend.prefix.text + $0 + AUISocket.path }),
            messageSize: backend.limits.bodySize,
            serve: AUISocket(backend: backend).serve)
    }

    private static let dialects = Dialects(
        byPath: [
            ("/v2/agents", VectaraDialect()), ("/v2/agent_aliases", VectaraDialect()),
            ("/v1/chat", XagentDialect()), ("/v1/me", XagentDialect()),
            ("/v1/agents", XagentDialect()), ("/v1/templates", XagentDialect()),
            ("/v1/workforces", XagentDialect()),
            ("/api/v1/external", AUIDialect()), ("/api/ia-controller", AUIDialect()),
            ("/ia-controller", AUIDialect()),
        ],
        byKey: (prefix: "/v1/", marker: "xag_", dialect: XagentDialect()),
        fallback: LyzrDialect())

    /// Answers the other methods of existing paths with 405.
    private static func addMethodNotAllowed(to router: Router<ServerContext>) {
        let routes = Dictionary(grouping: router.routes) { $0.path.description }
        let methods: [HTTPRequest.Method] = [.get, .post, .put, .patch, .delete, .head, .options]
        for (path, known) in routes {
            for method in methods where !known.contains(where: { $0.method == method }) {
                router.on(RouterPath(path), method: method) { _, _ -> Response in
                    throw APIError(.methodNotAllowed)
                }
            }
        }
    }
}
