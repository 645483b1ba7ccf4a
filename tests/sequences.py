"""Layers of sequences in a row, the shape that they are given after the bar."""

EMBEDDINGS = (
    "embedding(5, 3); flatten; dense(2) | 4",
    "embedding(6, 3, embeddings_initializer=random_normal, "
    "embeddings_regularizer=l2(0.1)); dense(4, tanh); flatten; dense(2) | 5",
    "embedding(input_dim=9, output_dim=2, embeddings_constraint=max_norm(0.2)); "
    "conv1d(3, 2, activation=tanh); global_average_pooling1d; dense(2) | 6",
    "reshape(3, 2); embedding(5, 2); flatten; dense(3) | 6",
    "embedding(4, 3, trainable=false); dense(3); flatten; dense(2) | 3",
    "embedding(7, 3); position_embedding(5); tanh; global_max_pooling1d; dense(2) | 5",
    "dense(3, tanh); position_embedding(length=6, embeddings_initializer=ones); "
    "dense(2, tanh); flatten; dense(2) | 4, 2",
    "dense(3); position_embedding(4, trainable=false); flatten; dense(2) | 4, 2",
)
RECURRENT = (
    "dense(3, tanh); simple_rnn(4); dense(2) | 5, 3",
    "dense(3); simple_rnn(3, softsign, use_bias=false, return_sequences=true, "
    "kernel_initializer=random_normal, recurrent_initializer=glorot_uniform); "
    "simple_rnn(2, go_backwards=true, bias_initializer=ones); dense(2) | 4, 2",
    "simple_rnn(3, trainable=false, return_sequences=true, go_backwards=true); "
    "simple_rnn(3, linear); dense(2) | 4, 2",
    "dense(3, tanh); lstm(4); dense(2) | 5, 3",
    "dense(3); lstm(3, return_sequences=true); lstm(2); dense(2) | 4, 2",
    "dense(3); lstm(2, softsign, hard_sigmoid, use_bias=false, "
    "kernel_initializer=ones, recurrent_initializer=random_normal, "
    "go_backwards=true); dense(2) | 4, 2",
    "lstm(3, elu(alpha=0.5), unit_forget_bias=false, bias_initializer=constant(0.2), "
    "return_sequences=true, go_backwards=true); dense(2); flatten; dense(2) | 3, 2",
    "dense(3); lstm(2, kernel_regularizer=l2(0.1), recurrent_regularizer=l1(0.1), "
    "bias_regularizer=l2, activity_regularizer=l2(0.2)); dense(2) | 3, 2",
    "lstm(2, kernel_constraint=max_norm(0.5), recurrent_constraint=unit_norm, "
    "bias_constraint=non_neg); dense(2) | 3, 2",
    "dense(3); gru(2, kernel_regularizer=l2(0.1), bias_regularizer=l1(0.1), "
    "activity_regularizer=l2(0.1)); dense(2) | 4, 2",
    "gru(2, kernel_constraint=max_norm(0.5), recurrent_constraint=unit_norm, "
    "trainable=true); dense(2) | 4, 2",
    "dense(3); simple_rnn(2, kernel_regularizer=l2(0.1), bias_regularizer=l2(0.1), "
    "recurrent_regularizer=l1(0.1), activity_regularizer=l2(0.1)); dense(2) | 4, 2",
    "simple_rnn(2, kernel_constraint=max_norm(0.5), recurrent_constraint=unit_norm, "
    "bias_constraint=non_neg, return_sequences=true); bidirectional(lstm(2), "
    "trainable=true); dense(2) | 4, 2",
    "dense(3, tanh); lstm(2, trainable=false); dense(2) | 3, 2",
    "dense(3, tanh); gru(4); dense(2) | 5, 3",
    "dense(3); gru(3, return_sequences=true); gru(2); dense(2) | 4, 2",
    "dense(3); gru(3, reset_after=false, return_sequences=true); "
    "gru(2, reset_after=false, use_bias=false); dense(2) | 4, 2",
    "dense(3); gru(3, softsign, hard_sigmoid, use_bias=false, go_backwards=true); "
    "dense(2) | 4, 2",
    "gru(3, reset_after=false, bias_initializer=constant(0.1), return_sequences=true, "
    "go_backwards=true); dense(2); flatten; dense(2) | 3, 2",
    "dense(3); gru(2, kernel_initializer=ones, recurrent_initializer=random_normal, "
    "recurrent_regularizer=l2(0.1), bias_constraint=max_norm(0.1)); dense(2) | 3, 2",
    "embedding(6, 3); gru(4, reset_after=true); dense(2) | 5",
    "simple_rnn(2, gelu, return_sequences=true, seed=2); lstm(2, silu, softmax, "
    "seed=none, return_sequences=true); gru(2, mish, softmax); dense(2) | 4, 2",
    "dense(3); gru(2, softmax, hard_silu, reset_after=false, seed=5); dense(2) | 4, 2",
)
MASKED = (
    "embedding(3, 3, mask_zero=true); global_average_pooling1d; dense(2) | 6",
    "embedding(3, 3, mask_zero=true); lstm(3, return_sequences=true); gru(2); dense(2) "
    "| 6",
    "embedding(3, 3, mask_zero=true); dense(3, tanh); simple_rnn(3); dense(2) | 5",
    "embedding(3, 3, mask_zero=true); layer_normalization; "
    "gru(3, reset_after=false, go_backwards=true); dense(2) | 5",
    "masking; lstm(3, go_backwards=true); dense(2) | 5, 2",
    "dense(3, relu); masking(mask_value=0.0); gru(3); dense(2) | 6, 2",
)
BOTH = (
    "dense(3, tanh); bidirectional(lstm(2)); dense(2) | 4, 2",
    "bidirectional(gru(2, return_sequences=true)); bidirectional(simple_rnn(2), "
    "merge_mode=sum); dense(2) | 4, 2",
    "dense(2); bidirectional(simple_rnn(3, return_sequences=true), mul); "
    "bidirectional(gru(2, reset_after=false), ave); dense(2) | 4, 2",
    "embedding(4, 3, mask_zero=true); bidirectional(lstm(2, return_sequences=true)); "
    "bidirectional(gru(2)); dense(2) | 5",
    "embedding(4, 3, mask_zero=true); bidirectional(gru(3, return_sequences=true), "
    "ave); lstm(2); dense(2) | 5",
    "bidirectional(lstm(2, kernel_regularizer=l2(0.1), bias_constraint=non_neg, "
    "recurrent_initializer=random_normal)); dense(2) | 4, 2",
)
HEADS = (
    "dense(4, tanh); multi_head_attention(2, 3); dense(2) | 5, 3",
    "dense(3); multi_head_attention(num_heads=2, key_dim=2, value_dim=3, "
    "use_bias=false, output_shape=5, causal=true); tanh; multi_head_attention(1, 2, "
    "output_shape=[2, 3], attention_axes=1); flatten; dense(2) | 4, 2",
    "dense(3, tanh) as q; dense(4, tanh) as v from q; cropping1d(1) as v_less; "
    "multi_head_attention(3, 2, 1, causal=true) from q, v_less; dense(2) | 5, 2",
    "dense(3, tanh) as q; dense(4) as v from q; dense(2) as k from q; "
    "multi_head_attention(2, 2, trainable=false) from q, v, k; dense(2) | 3, 2",
    "multi_head_attention(2, 2, trainable=false) as it; "
    "multi_head_attention(2, 2, kernel_initializer=he_normal, "
    "bias_initializer=constant(0.2)); add(it); dense(2) | 3, 2",
    "dense(3); multi_head_attention(2, 2, kernel_regularizer=l2(0.1), "
    "bias_regularizer=l1(0.1), activity_regularizer=l2(0.1), trainable=true); dense(2) "
    "| 3, 2",
    "multi_head_attention(2, 2, attention_axes=[1, -2], "
    "kernel_constraint=max_norm(0.4), bias_constraint=non_neg); dense(2) | 2, 3, 2",
    "embedding(4, 3, mask_zero=true) as e; multi_head_attention(2, 2); add(e); "
    "global_average_pooling1d; dense(2) | 5",
    "embedding(4, 3, mask_zero=true); multi_head_attention(2, 2, causal=true); "
    "dense(2, tanh); lstm(2); dense(2) | 5",
    "dense(2) as q; masking as v; dense(3) as k from q; multi_head_attention(2, 2) "
    "from q, v, k; dense(2) | 4, 2",
    "masking as m; dense(2) as d; masking(1.0) as k from d; multi_head_attention(2, 2) "
    "from m, d, k; dense(2); global_average_pooling1d; dense(2) | 4, 2",
)
GROUPS = (
    "dense(4, tanh); group_query_attention(3, 4, 2); dense(2) | 5, 3",
    "dense(3, tanh) as q; dense(3) as v from q; dense(2) as k from q; "
    "group_query_attention(head_dim=2, num_query_heads=3, num_key_value_heads=1, "
    "use_bias=false, causal=true) from q, v, k; dense(2) | 4, 2",
    "group_query_attention(2, 2, 2, trainable=false, kernel_initializer=he_normal, "
    "bias_initializer=constant(0.2)); dense(2) | 3, 2",
    "dense(3); group_query_attention(2, 2, 1, kernel_regularizer=l2(0.1), "
    "bias_regularizer=l1(0.1), activity_regularizer=l2(0.1)); dense(2) | 3, 2",
    "embedding(4, 3, mask_zero=true); group_query_attention(2, 4, 2, "
    "kernel_constraint=max_norm(0.4), bias_constraint=non_neg); "
    "global_average_pooling1d; dense(2) | 5",
)
PLAIN = (
    "dense(3, tanh); attention; dense(2) | 5, 2",
    "dense(3, tanh) as q; dense(4) as v from q; dense(3) as k from q; "
    "cropping1d(1) as k_less; cropping1d(1) as v_less from v; "
    "attention(use_scale=true, causal=true) from q, v_less, k_less; dense(2) | 5, 2",
    "attention(true, trainable=false) as it; attention(true); add(it); dense(2) | 4, 2",
    "dense(3, tanh) as q; dense(3) as v from q; attention(score_mode=concat) from q, "
    "v; dense(2) | 4, 2",
    "attention(true, concat) as it; dense(2); attention(true, concat, causal=true); "
    "add(it); dense(2) | 4, 2",
    "attention(false, concat, trainable=false); dense(2) | 4, 2",
    "dense(3); attention(true, concat, trainable=false); dense(2) | 4, 2",
    "embedding(4, 3, mask_zero=true) as e; attention; add(e); flatten; dense(2) | 5",
    "embedding(4, 3, mask_zero=true); attention(true, causal=true); dense(2, tanh); "
    "lstm(2); dense(2) | 5",
    "additive_attention as it; dense(2); additive_attention; add(it); dense(2) | 4, 2",
    "dense(3, tanh) as q; dense(4) as v from q; dense(3) as k from q; "
    "additive_attention(use_scale=false) from q, v, k; dense(2) | 4, 2",
    "masking; dense(3); additive_attention(causal=true, trainable=false); "
    "global_average_pooling1d; dense(2) | 4, 2",
)
EACH = (
    "dense(3); time_distributed(dense(4, tanh)); flatten; dense(2) | 5, 2",
    "time_distributed(conv2d(2, 2, activation=tanh)); time_distributed(max_pooling2d); "
    "time_distributed(flatten); lstm(2); dense(2) | 3, 4, 5, 1",
    "time_distributed(layer_normalization(trainable=false)); dense(3); "
    "time_distributed(dense(3, softmax), trainable=true); time_distributed(softmax); "
    "dense(2) | 4, 2",
    "dense(3); time_distributed(lstm(2)); time_distributed(gelu); dense(2) | 2, 4, 3",
    "embedding(4, 3, mask_zero=true); time_distributed(dense(3, use_bias=false, "
    "kernel_regularizer=l2(0.1), kernel_constraint=max_norm(0.5))); gru(2); dense(2) "
    "| 5",
    "dense(4); time_distributed(reshape(2, 2)); time_distributed(dense(2, "
    "softmax(axis=1))); time_distributed(global_average_pooling1d); dense(2) | 3, 2",
    "time_distributed(bidirectional(gru(2), merge_mode=sum)); dense(2) | 2, 3, 2",
    "time_distributed(prelu); time_distributed(time_distributed(dense(2, tanh))); "
    "flatten; dense(2) | 2, 3, 2",
)
SEQUENCES = (*EACH, *EMBEDDINGS, *RECURRENT, *MASKED, *BOTH, *HEADS, *GROUPS, *PLAIN)
#: Those that draw masks, which Keras cannot be given; and what it forgets on JAX.
DROPPED = (
    "dense(3, tanh); lstm(2, dropout=0.3, recurrent_dropout=0.2); dense(2) | 4, 2",
    "spectral_normalization(dense(4, tanh)); "
    "spectral_normalization(conv1d(3, 2, kernel_regularizer=l2(0.1)), "
    "power_iterations=2); flatten; dense(2) | 4, 3",
    "spectral_normalization(dense(3), trainable=false); dense(2) | 4",
    "gru(2, dropout=0.3, recurrent_dropout=0.2, reset_after=false, seed=1); dense(2) "
    "| 4, 2",
    "conv_lstm1d(2, 2, dropout=0.3, recurrent_dropout=0.2, seed=3); flatten; dense(2) "
    "| 3, 3, 2",
    "conv_lstm2d(2, 2, dropout=0.3, seed=3); flatten; dense(2) | 2, 3, 2, 2",
    "conv_lstm3d(2, 2, recurrent_dropout=0.2, seed=3); flatten; dense(2) "
    "| 2, 2, 2, 2, 1",
    "dense(3); gru(2, recurrent_dropout=0.3, return_sequences=true); "
    "simple_rnn(2, dropout=0.2, recurrent_dropout=0.2); dense(2) | 4, 2",
    "embedding(4, 2, mask_zero=true); bidirectional(lstm(2, recurrent_dropout=0.4, "
    "return_sequences=true)); global_average_pooling1d; dense(2) | 4",
    "dense(3, tanh); multi_head_attention(2, 2, dropout=0.3); dense(2) | 4, 2",
    "embedding(4, 2, mask_zero=true) as e; multi_head_attention(2, 2, dropout=0.4, "
    "causal=true); add(e); global_average_pooling1d; dense(2) | 4",
    "dense(3); time_distributed(dropout(0.4)); time_distributed(gaussian_noise(0.1, "
    "seed=2)); dense(2) | 4, 2",
    "dense(3); group_query_attention(2, 2, 1, dropout=0.3); tanh; "
    "attention(dropout=0.3); tanh; additive_attention(dropout=0.2, causal=true); "
    "dense(2) | 4, 2",
)
