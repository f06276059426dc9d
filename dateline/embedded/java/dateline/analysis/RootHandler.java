package dateline.analysis;

import java.util.List;
import java.util.function.Supplier;

import org.apache.lucene.util.Version;
import org.elasticsearch.Build;
import org.elasticsearch.client.internal.node.NodeClient;
import org.elasticsearch.cluster.node.DiscoveryNodes;
import org.elasticsearch.rest.BaseRestHandler;
import org.elasticsearch.rest.RestRequest;
import org.elasticsearch.rest.RestResponse;
import org.elasticsearch.rest.RestStatus;
import org.elasticsearch.xcontent.XContentBuilder;

/** Answers {@code GET /} and {@code HEAD /} with name and version, in the form that clients know. */
final class RootHandler extends BaseRestHandler {

    private final Supplier<DiscoveryNodes> nodes;

    RootHandler(Supplier<DiscoveryNodes> nodes) {
        this.nodes = nodes;
    }

    @Override
    public String getName() {
        return "dateline_root";
    }

    @Override
    public List<Route> routes() {
        return List.of(new Route(RestRequest.Method.GET, "/"), new Route(RestRequest.Method.HEAD, "/"));
    }

    @Override
    protected RestChannelConsumer prepareRequest(RestRequest request, NodeClient client) {
        return channel -> {
            XContentBuilder answer = channel.newBuilder().startObject();
            answer.field("name", nodes.get().getLocalNode().getName());
            answer.field("cluster_name", client.settings().get("cluster.name"));
            answer.startObject("version");
            answer.field("number", Build.current().version());
            answer.field("build_flavor", "default");
            answer.field("build_type", Build.current().type().displayName());
            answer.field("build_hash", Build.current().hash());
            answer.field("build_date", Build.current().date());
            answer.field("build_snapshot", Build.current().isSnapshot());
            answer.field("lucene_version", Version.LATEST.toString());
            answer.endObject();
            answer.field("tagline", "You Know, for Search");
            channel.sendResponse(new RestResponse(RestStatus.OK, answer.endObject()));
        };
    }
}
