# Draws, edits and streams with nothing but Ruby.
require 'base64'
require 'json'
require 'net/http'

MODEL = 'gpt-image-1'
BASE_URL = ENV.fetch('PLANTAIN_BASE_URL', 'http://127.0.0.1:4747/v1')
KEY = ENV.fetch('PLANTAIN_API_KEY')

# Sends a request whose body the block writes. What is yielded back is the answer, whose body has not been read yet.
def ask(path, fill)
  uri = URI("#{BASE_URL}/#{path}")
  request = Net::HTTP::Post.new(uri, 'Authorization' => "Bearer #{KEY}")
  fill.call(request)
  # Pictures take longer than Ruby waits of itself.
  Net::HTTP.start(uri.host, uri.port, use_ssl: uri.scheme == 'https', read_timeout: 600) do |http|
    http.request(request) do |answer|
      # A refusal is an error with code `moderation_blocked`, never an empty answer.
      abort "error: #{answer.read_body}" unless answer.is_a?(Net::HTTPSuccess)
      yield answer
    end
  end
end

def json(fields)
  lambda do |request|
    request.content_type = 'application/json'
    request.body = fields.to_json
  end
end

def form(parts)
  ->(request) { request.set_form(parts, 'multipart/form-data') }
end

def save(name, base64)
  File.binwrite(name, Base64.strict_decode64(base64))
end

def draw
  ask('images/generations', json(model: MODEL, prompt: 'A cute baby sea otter', aspect_ratio: '1:1')) do |answer|
    picture = JSON.parse(answer.read_body)
    save('otter.png', picture.dig('data', 0, 'b64_json'))
    puts "drawn: otter.png, #{picture['size']}, #{picture.dig('usage', 'total_tokens')} tokens"
  end
end

def edit
  File.open('otter.png', 'rb') do |file|
    # Several parts named image[] send several references; one named mask limits where the picture may change.
    parts = [['model', MODEL], ['prompt', 'The otter wears a red woollen hat'], ['image', file]]
    ask('images/edits', form(parts)) do |answer|
      save('otter-hat.png', JSON.parse(answer.read_body).dig('data', 0, 'b64_json'))
      puts 'edited: otter-hat.png'
    end
  end
end

def stream
  fields = { model: MODEL, prompt: 'A cute baby sea otter at night, under the stars', stream: true, partial_images: 1 }
  rest = +''
  ask('images/generations', json(fields)) do |answer|
    answer.read_body do |bytes|
      rest << bytes
      # An event ends with an empty line; comments in between keep the connection alive.
      while (event = rest.slice!(/\A.*?\n\n/m))
        data = event[/^data: (\{.*)$/, 1]
        show(JSON.parse(data)) if data
      end
    end
  end
end

def show(event)
  case event['type']
  when 'image_generation.partial_image'
    puts "draft #{event['partial_image_index']} has arrived"
  when 'image_generation.completed'
    save('otter-night.png', event['b64_json'])
    puts 'streamed: otter-night.png'
  else
    abort "error: #{event}"
  end
end

draw
edit
stream
