import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import software.amazon.event.ruler.Machine;

/** Answers patterns and events with event-ruler: one JSON value on each line, as `tablecast-peers patterns` does. */
public final class Answers {
    private static final ObjectMapper MAPPER = new ObjectMapper();

    public static void main(String[] arguments) throws Exception {
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        PrintStream out = new PrintStream(System.out, false, StandardCharsets.UTF_8);
        for (String line = in.readLine(); line != null; line = in.readLine()) {
            out.println(MAPPER.writeValueAsString(answer(MAPPER.readTree(line))));
        }
        out.flush();
    }

    private static ObjectNode answer(JsonNode given) {
        ObjectNode answer = MAPPER.createObjectNode();
        Machine machine = new Machine();
        try {
            machine.addRule("rule", given.get("pattern").asText());
        } catch (Exception | StackOverflowError refusal) {
            return answer.put("refused", String.valueOf(refusal.getMessage()));
        }
        ArrayNode matches = answer.putArray("matches");
        for (JsonNode event : given.get("events")) {
            try {
                matches.add(!machine.rulesForJSONEvent(event.asText()).isEmpty());
            } catch (Exception unreadable) {
                matches.addNull();
            }
        }
        return answer;
    }
}
