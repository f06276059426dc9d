import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Properties;
import org.apache.kafka.clients.consumer.KafkaConsumer;

/** A subscriber in Java: java -cp 'kafka-clients.jar:...' Subscriber subscriber.properties articles.enriched.v1 */
public final class Subscriber {
    public static void main(String[] arguments) throws Exception {
        Properties properties = new Properties();
        try (var reader = Files.newBufferedReader(Path.of(arguments[0]))) {
            properties.load(reader);
        }
        try (var consumer = new KafkaConsumer<String, String>(properties)) {
            consumer.subscribe(List.of(arguments[1]));
            while (true) {
                for (var message : consumer.poll(Duration.ofSeconds(1))) {
                    System.out.println(message.key() + " " + message.value());
                    System.out.flush();
                }
                consumer.commitSync();
            }
        }
    }
}
