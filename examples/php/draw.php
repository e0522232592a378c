<?php
// Draws, edits and streams with nothing but PHP and its curl extension.
declare(strict_types=1);

const MODEL = 'gpt-image-1';

/**
 * Sends a form as an array, anything else as JSON; gives the whole body, or each piece of it to $onBytes.
 *
 * @param array<string, mixed>|string $body
 */
function ask(string $path, array|string $body, ?callable $onBytes = null): string
{
    $baseUrl = getenv('PLANTAIN_BASE_URL') ?: 'http://127.0.0.1:4747/v1';
    $key = getenv('PLANTAIN_API_KEY') ?: fail('set PLANTAIN_API_KEY to a key of your server');
    $headers = ["Authorization: Bearer $key"];
    if (is_string($body)) {
        $headers[] = 'Content-Type: application/json';
    }
    $received = '';
    $request = curl_init("$baseUrl/$path");
    curl_setopt_array($request, [
        CURLOPT_POSTFIELDS => $body,
        CURLOPT_HTTPHEADER => $headers,
        CURLOPT_WRITEFUNCTION => function ($request, string $bytes) use (&$received, $onBytes): int {
            $failed = curl_getinfo($request, CURLINFO_RESPONSE_CODE) >= 400;
            if ($onBytes === null || $failed) {
                $received .= $bytes;
            } else {
                $onBytes($bytes);
            }
            return strlen($bytes);
        },
    ]);
    curl_exec($request) ?: fail(curl_error($request));
    // A refusal is an error with code `moderation_blocked`, never an empty answer.
    return curl_getinfo($request, CURLINFO_RESPONSE_CODE) < 400 ? $received : fail($received);
}

function fail(string $message): never
{
    fwrite(STDERR, "error: $message\n");
    exit(1);
}

function save(string $name, string $base64): void
{
    file_put_contents($name, base64_decode($base64, true) ?: fail('empty b64_json'));
}

function draw(): void
{
    $fields = ['model' => MODEL, 'prompt' => 'A cute baby sea otter', 'aspect_ratio' => '1:1'];
    $answer = json_decode(ask('images/generations', json_encode($fields)), true, flags: JSON_THROW_ON_ERROR);
    save('otter.png', $answer['data'][0]['b64_json']);
    echo "drawn: otter.png, {$answer['size']}, {$answer['usage']['total_tokens']} tokens\n";
}

function edit(): void
{
    // image[0], image[1] … send several references; mask limits where the picture may change.
    $answer = json_decode(ask('images/edits', [
        'model' => MODEL,
        'prompt' => 'The otter wears a red woollen hat',
        'image' => new CURLFile('otter.png', 'image/png'),
    ]), true, flags: JSON_THROW_ON_ERROR);
    save('otter-hat.png', $answer['data'][0]['b64_json']);
    echo "edited: otter-hat.png\n";
}

function stream(): void
{
    $fields = [
        'model' => MODEL,
        'prompt' => 'A cute baby sea otter at night, under the stars',
        'stream' => true,
        'partial_images' => 1,
    ];
    $rest = '';
    ask('images/generations', json_encode($fields), function (string $bytes) use (&$rest): void {
        $rest .= $bytes;
        // An event ends with an empty line; comments in between keep the connection alive.
        while (($end = strpos($rest, "\n\n")) !== false) {
            $event = substr($rest, 0, $end);
            $rest = substr($rest, $end + 2);
            foreach (explode("\n", $event) as $line) {
                if (str_starts_with($line, 'data: {')) {
                    show(json_decode(substr($line, 6), true, flags: JSON_THROW_ON_ERROR));
                }
            }
        }
    });
}

/** @param array<string, mixed> $event */
function show(array $event): void
{
    switch ($event['type'] ?? '') {
        case 'image_generation.partial_image':
            echo "draft {$event['partial_image_index']} has arrived\n";
            break;
        case 'image_generation.completed':
            save('otter-night.png', $event['b64_json']);
            echo "streamed: otter-night.png\n";
            break;
        default:
            fail(json_encode($event));
    }
}

draw();
edit();
stream();
