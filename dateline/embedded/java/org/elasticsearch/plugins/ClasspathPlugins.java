package org.elasticsearch.plugins;

import java.util.List;

import org.elasticsearch.Build;
import org.elasticsearch.env.Environment;

/** A plugin service with a given list of plugins that are already loaded. */
public final class ClasspathPlugins extends PluginsService {

    private final List<LoadedPlugin> loaded;

    public ClasspathPlugins(Environment environment, PluginsLoader loader, List<Plugin> plugins) {
        super(environment.settings(), environment.configDir(), loader);
        loaded = plugins.stream().map(ClasspathPlugins::describe).toList();
    }

    /** Called by the super constructor too, before there are any. */
    @Override
    protected List<LoadedPlugin> plugins() {
        return loaded == null ? List.of() : loaded;
    }

    private static LoadedPlugin describe(Plugin plugin) {
        String name = plugin.getClass().getName();
        PluginDescriptor descriptor = new PluginDescriptor(name, "from the class path", "NA", Build.current().version(), "21", name,
            null, List.of(), false, false, false, false, PluginDescriptor.DeploymentTarget.ALL);
        return new LoadedPlugin(descriptor, plugin, plugin.getClass().getClassLoader());
    }
}
